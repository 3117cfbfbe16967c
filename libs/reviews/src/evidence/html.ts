/** HTML in which every value was escaped. */
export interface Html {
  readonly text: string
}

type Value = string | number | boolean | undefined | Html

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template whose values are escaped, apart from those that are HTML themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { text: parts.map((part, place) => (place === 0 ? part : textOf(values[place - 1]) + part)).join('') }
}

/** Text of ours that is HTML, or a style, as it stands. Never for a value. */
export function trusted(text: string): Html {
  return { text }
}

export function joined(all: readonly Html[]): Html {
  return { text: all.map(({ text }) => text).join('') }
}

function textOf(value: Value): string {
  if (typeof value === 'object') return value.text
  if (value === undefined) return ''
  // Controls that HTML does not have would make the page invalid, and could hide text from who reads it.
  const shown = String(value).replace(/[\p{Cc}\p{Bidi_Control}]/gu, (char) =>
    char === '\n' || char === '\t' ? char : '\ufffd',
  )
  return shown.replace(/[&<>"']/g, (char) => escapes[char] ?? char)
}
