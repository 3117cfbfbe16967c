/** HTML in which all values were escaped. */
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

/** A template whose values are escaped, except values that are `Html` themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { text: parts.map((part, place) => (place === 0 ? part : textOf(values[place - 1]) + part)).join('') }
}

/** Our own text that is HTML or a style and is not escaped. Never use it for a value. */
export function trusted(text: string): Html {
  return { text }
}

export function joined(all: readonly Html[]): Html {
  return { text: all.map(({ text }) => text).join('') }
}

function textOf(value: Value): string {
  if (typeof value === 'object') return value.text
  if (value === undefined) return ''
  // Control characters are not allowed in HTML, and could hide text from the reader.
  const shown = String(value).replace(/[\p{Cc}\p{Bidi_Control}]/gu, (char) =>
    char === '\n' || char === '\t' ? char : '\ufffd',
  )
  return shown.replace(/[&<>"']/g, (char) => escapes[char] ?? char)
}
