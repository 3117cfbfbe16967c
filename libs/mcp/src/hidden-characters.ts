/**
 * Invisible characters that change how text is read: controls, line and paragraph separators, bidirectional and zero-width
 * characters, tags, variation selectors, fillers, private use. Also a backslash that would look like one of our escapes.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\\(?=u\{)/gu
const escaped = /\\u\{([0-9A-F]{1,6})\}/gi

/** The text with every hidden character as `\u{202E}`. `givenText` is the reverse. */
export function shownText(text: string): string {
  return text.replace(hidden, (character) => `\\u{${character.codePointAt(0)?.toString(16).toUpperCase()}}`)
}

/** The original of a text that was copied from an answer. An escape that is not a character stays as it is. */
export function givenText(text: string): string {
  return text.replace(escaped, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16)
    const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
    return isCharacter ? String.fromCodePoint(point) : whole
  })
}

/** `shownText` of every text in a value made of plain objects and lists. */
export function shownValue<T>(value: T): T {
  return withTexts(value, shownText)
}

/** `givenText` of every text in a value made of plain objects and lists. */
export function givenValue<T>(value: T): T {
  return withTexts(value, givenText)
}

function withTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change)) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, change)])) as T
}
