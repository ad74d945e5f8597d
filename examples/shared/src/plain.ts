/** Settings as files hold them: JSON knows no Infinity, which here always means all there are. */
export const plain = (settings: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, value === Infinity ? 'all' : value]));
