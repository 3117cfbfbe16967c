/**
 * The words of a value; of one that a newer server sent and that has no words here, its number.
 * @param what the value is: `phase`
 */
export function enumWords<Value extends number>(
  words: Readonly<Partial<Record<Value, string>>>,
  value: Value,
  what: string,
): string {
  return words[value] ?? `${what} ${value}, which this version of the command does not know`
}
