import { withoutUnseen } from './unseen-characters.ts'

/**
 * A text as HCL's native syntax has it between quotes. `${` and `%{` would be templates, which Terraform evaluates, and are doubled.
 * Grammar: hashicorp/hcl, hclsyntax/spec.md, "Template Expressions".
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

/** Lone halves of pairs are no text in HCL and become U+FFFD. */
function unicode(codePoint: number): string {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return '\\ufffd'
  const hex = codePoint.toString(16)
  return codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}

/** The name of a resource for a profile. Made of the id alone: a name that follows the display name would make a renamed profile anew. */
export function resourceName(profileId: string): string {
  return `profile_${profileId.replaceAll('-', '_')}`
}

/** A list with an item on each line, or `[]`. */
export function hclList(items: readonly string[], indent: string): string {
  if (items.length === 0) return '[]'
  return `[\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}]`
}
