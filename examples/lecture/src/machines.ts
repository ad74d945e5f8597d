/** What a training ran on: versions by the names of programs, `processor`, and `threads` where they were limited. */
export type Machine = Readonly<Record<string, string>>;

/** Each machine once, in the order in which they are first met. */
export const distinct = (machines: readonly Machine[]): readonly Machine[] => [
  ...new Map(machines.map(machine => [JSON.stringify(machine), machine])).values(),
];
