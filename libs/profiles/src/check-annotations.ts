import { invalidArgument } from '@assay/errors'

const mostAnnotations = 16
const mostBytes = 4_096
const longestValue = 256
const key = /^[A-Za-z][A-Za-z0-9._/-]{0,127}$/
const printable = /^[\x20-\x7e]*$/

/**
 * Checks the notes on a profile.
 * @throws invalid_argument for too many notes, notes that are too large, names of another form, and values that are not printable ASCII
 */
export function checkAnnotations(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(given)
  if (entries.length > mostAnnotations)
    throw invalidArgument('annotations', `must have at most ${mostAnnotations} entries, not ${entries.length}`)
  for (const [name, value] of entries) {
    if (!key.test(name))
      throw invalidArgument(
        'annotations',
        `${JSON.stringify(name)} is no key: it must begin with a letter and have at most 128 letters, digits and . _ / -`,
      )
    if (value.length > longestValue || !printable.test(value))
      throw invalidArgument(`annotations["${name}"]`, `must be at most ${longestValue} printable ASCII characters`)
  }
  const bytes = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (bytes > mostBytes)
    throw invalidArgument('annotations', `must have at most ${mostBytes} bytes in all, not ${bytes}`)
  return given
}
