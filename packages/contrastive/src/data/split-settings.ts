/** Settings of commands that learn from labels. */
export const splitSettings = {
  train: {kind: 'text', value: 'DATA', required: true, about: 'labelled images to learn from: folders are classes'},
  test: {kind: 'text', value: 'DATA', about: 'labelled images to be judged by, once'},
  testShare: {
    kind: 'share',
    value: 'SHARE',
    about: 'part of the images of --train to be judged by, where there is no --test',
  },
} as const;
