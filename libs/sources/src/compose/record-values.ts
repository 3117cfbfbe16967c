import { shown } from '../faults.ts'
import { isListName, joinedValues } from '../list-attributes.ts'
import { type Expression, RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { listOf, textOf, type Value } from '../value.ts'

/** Ids take part in unique indexes, whose entries PostgreSQL limits. */
const longestIdBytes = 1000

/** PowerShell writes this into a cell instead of a list. */
const typeName =
  /^(Microsoft|System)\.[\w.]+(Collection|ArrayList|\[\]|(List|HashSet)`1\[[\w.]+\]|\.MicrosoftGraph\w+)$/

/** csvde writes this instead of a text with letters outside ASCII. */
const hexText = /^X'([0-9a-f]{2}\s?)+'$/i

/** The text of a field: NFC, without surrounding blanks; several values are sorted and separated by semicolons. */
export function fieldText(value: Value): string {
  if (typeof value === 'string') return value.trim().normalize('NFC')
  const texts = textsOf(value)
  return texts.length <= 1 ? (texts[0] ?? '') : [...new Set(texts)].sort().join('; ')
}

function textsOf(value: Value): string[] {
  return listOf(value)
    .map((each) => textOf(each).trim().normalize('NFC'))
    .filter((text) => text !== '')
}

/** @throws RowFault for an id that is empty or too long */
export function idText(value: Value, column: string): string {
  const text = textOf(value).trim().normalize('NFC')
  if (text === '')
    throw new RowFault(
      column,
      'is empty, and names the record; where one cell stands for several rows, write it into each',
    )
  if (text.length > longestIdBytes / 4 && Buffer.byteLength(text) > longestIdBytes) {
    throw new RowFault(column, `${shown(text)} is longer than ${longestIdBytes} bytes`)
  }
  if (typeName.test(text)) {
    throw new RowFault(
      column,
      `${shown(text)} is the name of a type and not its values; join them when you export, such as by ";"`,
    )
  }
  if (hexText.test(text)) throw new RowFault(column, `${shown(text)} is written in bytes; export with "csvde -u"`)
  if (text.includes('\0')) throw new RowFault(column, `${shown(text)} holds a zero character`)
  return text
}

/** Objects of a class need a tenth of the memory of objects that are created without a prototype. */
const NamedTexts = function NamedTexts() {} as unknown as new () => Record<string, string>
NamedTexts.prototype = Object.freeze(Object.create(null))

/** Texts by names from files. The prototype is empty, so that a column "constructor" is not confused with an inherited member. */
export function namedTexts(given?: Readonly<Record<string, string>>): Record<string, string> {
  const texts = new NamedTexts()
  return given === undefined ? texts : Object.assign(texts, given)
}

export function fieldTexts(row: Row, expressions: ReadonlyMap<string, Expression>): Record<string, string> {
  const fields = namedTexts()
  for (const [name, expression] of expressions) {
    const value = expression(row)
    const text = isListName(name) ? joinedValues(textsOf(value)) : fieldText(value)
    if (text !== '') fields[name] = text
  }
  return fields
}
