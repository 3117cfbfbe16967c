import { texts } from './texts.ts'

/** The words of a value; its number when a newer server sent a value that has no words here. */
export function enumWords<Value extends number>(words: Readonly<Partial<Record<Value, string>>>, value: Value): string {
  return words[value] ?? texts.unknownValue(value)
}
