import { texts } from './texts.ts'

/** The words of a value; of one that a newer server sent and that has no words here, its number. */
export function enumWords<Value extends number>(words: Readonly<Partial<Record<Value, string>>>, value: Value): string {
  return words[value] ?? texts.unknownValue(value)
}
