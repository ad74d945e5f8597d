import {
  bytesField,
  bytesOf,
  fields,
  floatField,
  integerField,
  messageField,
  textField,
  type Fields,
} from './protobuf.js';

/* The messages of a model, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, as far as encoders take them. */

/** The version of the operators, and that of the format which came with it. */
const OPSET = 17;
const IR_VERSION = 8;

/** Numbers of the types of tensors. */
const types = {float32: 1, int8: 3, int64: 7, float16: 10} as const;

/** A tensor of constants. */
export interface Constant {
  readonly name: string;
  readonly type: keyof typeof types;
  readonly shape: readonly number[];
  /** Its numbers, little-endian, row after row. */
  readonly bytes: Uint8Array;
}

/** What a node may be told; whole numbers and lists of them from 0 on, others as `{float}`. */
export type Attribute = number | readonly number[] | string | {readonly float: number};

/** A node of the graph. */
export interface Node {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** What goes in or comes out: float32, a side that is a word may be any. */
export interface Port {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** A whole model. */
interface Model {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

function attributeField([name, value]: readonly [string, Attribute]): Fields {
  const typed = (type: number, ...content: Fields[]): Fields =>
    messageField(5, textField(1, name), ...content, integerField(20, type));
  if (typeof value === 'number') return typed(2, integerField(3, value));
  if (typeof value === 'string') return typed(3, textField(4, value));
  if ('float' in value) return typed(1, floatField(2, value.float));
  return typed(7, ...value.map(item => integerField(8, item)));
}

const nodeField = ({op, name, inputs, output, attributes}: Node): Fields =>
  messageField(
    1,
    ...inputs.map(input => textField(1, input)),
    textField(2, output),
    textField(3, name),
    textField(4, op),
    ...Object.entries(attributes).map(attributeField),
  );

const constantField = ({name, type, shape, bytes}: Constant): Fields =>
  messageField(
    5,
    ...shape.map(side => integerField(1, side)),
    integerField(2, types[type]),
    textField(8, name),
    bytesField(9, bytes),
  );

function portField(field: number, {name, shape}: Port): Fields {
  const sides = shape.map(side =>
    messageField(1, typeof side === 'number' ? integerField(1, side) : textField(2, side)),
  );
  return messageField(
    field,
    textField(1, name),
    messageField(2, messageField(1, integerField(1, types.float32), messageField(2, ...sides))),
  );
}

/** A model as the bytes of a file: the same for the same model. */
export function modelBytes({
  name,
  description,
  inputs,
  outputs,
  nodes,
  constants,
  metadata,
}: Model): Uint8Array<ArrayBuffer> {
  const graph = messageField(
    7,
    ...nodes.map(nodeField),
    textField(2, name),
    ...constants.map(constantField),
    ...inputs.map(port => portField(11, port)),
    ...outputs.map(port => portField(12, port)),
  );
  return bytesOf(
    fields(
      integerField(1, IR_VERSION),
      textField(2, 'contrastive'),
      textField(6, description),
      graph,
      messageField(8, textField(1, ''), integerField(2, OPSET)),
      ...Object.entries(metadata).map(([key, value]) => messageField(14, textField(1, key), textField(2, value))),
    ),
  );
}
