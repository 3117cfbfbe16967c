/** The longest part of an input in a message. Identifiers are shorter; the beginning is enough to recognise other values. */
const longestQuote = 200
/** Longer messages are not read, and messages must fit into a header. */
const longestMessage = 2000
/** The most inputs that a message lists. */
export const mostListed = 20

const tooLongQuote = new RegExp(`"[^"]{${longestQuote + 1},}"`, 'g')

/**
 * A message for people: each text in double quotes has at most 200 characters, the whole message at most 2,000; a cut text ends with `...`.
 * The result is well-formed, since half of a surrogate pair cannot be encoded in UTF-8.
 */
export function clippedMessage(message: string): string {
  const quotes =
    message.length > longestQuote
      ? message.replaceAll(tooLongQuote, (quote) => `"${clipped(quote.slice(1, -1), longestQuote)}"`)
      : message
  return clipped(quotes, longestMessage)
}

/** The first characters of a text, followed by `...` if it is longer. */
export function clipped(text: string, most = longestQuote): string {
  return text.length <= most
    ? text.toWellFormed()
    : `${text
        .slice(0, most)
        .replace(/[\ud800-\udbff]$/, '')
        .toWellFormed()}...`
}

/** `a, b, c`; of more than 20 items, the first ones and the number of the others: `a, b, ..., t and 580 more`. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, mostListed).map((item) => clipped(item))
  const more = items.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
