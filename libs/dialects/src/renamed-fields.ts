/**
 * Makes a `fieldName` that replaces some names of the domain. It replaces a name only as a whole word outside quotation marks.
 * @param names the API's names by the domain's; a domain name should be a word that prose does not use
 */
export function renamedFields(names: Readonly<Record<string, string>>): (domainText: string) => string {
  const words = Object.keys(names).map((name) => RegExp.escape(name))
  const pattern = new RegExp(`"(?:[^"\\\\]|\\\\.)*"|(?<![\\w.-])(?:${words.join('|')})(?![\\w-])`, 'g')
  return (text) => text.replaceAll(pattern, (found) => (Object.hasOwn(names, found) ? (names[found] ?? found) : found))
}
