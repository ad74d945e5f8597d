/**
 * Parses JSON, and refuses an object that has a name twice: of two tensors or offsets of one name `JSON.parse` keeps
 * the last, and whoever checked the first was deceived.
 *
 * @throws Error with the reason alone, for the caller to say where.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const twice = duplicateIn(text);
  if (twice !== undefined) throw new Error(`the name ${JSON.stringify(twice)} twice in one object`);
  return value;
}

/** The first name that is twice in an object of valid JSON. */
function duplicateIn(text: string): string | undefined {
  const open: Set<string>[] = []; // the names so far in each object that is not closed; lists stand among them, empty
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '{' || letter === '[') open.push(new Set());
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') {
      const end = endOfString(text, at);
      if (isName(text, end)) {
        const names = open[open.length - 1];
        const name = JSON.parse(text.slice(at, end)) as string; // may be spelled with escapes
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Where a string ends that begins here, behind its last quote. */
function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Whether a colon follows. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? '')) at++;
  return text[at] === ':';
}
