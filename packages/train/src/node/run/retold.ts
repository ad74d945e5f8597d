/** An error with another message, the same error otherwise; what is no error stays as it is. */
export function retold(error: unknown, tell: (message: string) => string): unknown {
  if (!(error instanceof Error)) return error;
  const {message, stack} = error;
  const told = tell(message);
  const value = (text: string): PropertyDescriptor => ({value: text, configurable: true, writable: true});
  return Object.defineProperties(error, {
    message: value(told),
    ...(stack !== undefined && {stack: value(stack.replace(message, () => told))}),
  });
}
