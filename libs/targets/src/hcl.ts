import { withoutUnseen } from './unseen-characters.ts'

/**
 * A text in quotes, in HCL's native syntax. `${` and `%{` would be templates that Terraform evaluates, so they are doubled. Grammar:
 * hashicorp/hcl, hclsyntax/spec.md, "Template Expressions".
 */
export function hclText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(/[$%]\{/g, (introducer) => introducer[0] + introducer)
  return `"${withoutUnseen(escaped, unicode)}"`
}

/** An escape for a code point. Half of a surrogate pair is no text in HCL and becomes U+FFFD. */
function unicode(codePoint: number): string {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return '\\ufffd'
  const hex = codePoint.toString(16)
  return codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}

/** The name of a profile's resource. It depends only on the id: with the display name in it, Terraform would replace a renamed profile. */
export function resourceName(profileId: string): string {
  return `profile_${profileId.replaceAll('-', '_')}`
}

/** A list with one item on each line, or `[]`. */
export function hclList(items: readonly string[], indent: string): string {
  if (items.length === 0) return '[]'
  return `[\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}]`
}
