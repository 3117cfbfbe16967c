import { withoutUnseen } from './unseen-characters.ts'

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/**
 * A text for an element or attribute of XML 1.0. Characters that XML does not allow, such as most control characters, become U+FFFD.
 * Source: XML 1.0, section 2.2, "Characters".
 */
export function xmlText(text: string): string {
  // These two are not control characters, but XML does not allow them.
  const escaped = text.replaceAll(/[&<>"'\ufffe\uffff]/g, (character) => named[character] ?? '\ufffd')
  return withoutUnseen(escaped, (codePoint) => (isAllowed(codePoint) ? `&#x${codePoint.toString(16)};` : '\ufffd'))
}

function isAllowed(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint === 0x9 || codePoint === 0xa || codePoint === 0xd
  return !(codePoint >= 0xd800 && codePoint <= 0xdfff)
}
