import { withoutUnseen } from './unseen-characters.ts'

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/**
 * A text as XML 1.0 has it, in an element or an attribute. What XML cannot hold, such as most control characters, becomes U+FFFD.
 * Source: XML 1.0, section 2.2, "Characters".
 */
export function xmlText(text: string): string {
  // These two are no control characters, and no document may have them.
  const escaped = text.replaceAll(/[&<>"'\ufffe\uffff]/g, (character) => named[character] ?? '\ufffd')
  return withoutUnseen(escaped, (codePoint) => (isAllowed(codePoint) ? `&#x${codePoint.toString(16)};` : '\ufffd'))
}

function isAllowed(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint === 0x9 || codePoint === 0xa || codePoint === 0xd
  return !(codePoint >= 0xd800 && codePoint <= 0xdfff)
}
