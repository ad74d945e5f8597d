export {collectReport, type CollectReportOptions, type ReportedRun} from './collect/collect-report.js';
export type {
  ConfusionData,
  Gallery,
  ImagesData,
  InvarianceData,
  KindData,
  LeaveOneOutData,
  MapData,
  PairData,
  ProbeData,
  ProbeEntry,
  Remark,
  ReportData,
  RunData,
  Series,
  TrainingData,
} from './data.js';
export {drawReport} from './draw/draw-report.js';
export {writeReport} from './write-report.js';
