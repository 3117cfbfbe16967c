/** A message repeats no more of an input. Identifiers are shorter; the beginning is enough to recognise the rest. */
const longestQuote = 200
/** Nobody reads further, and a message travels in a header. */
const longestMessage = 2000
/** A message lists no more of the inputs at fault, or of those that are known. */
export const mostListed = 20

const tooLongQuote = new RegExp(`"[^"]{${longestQuote + 1},}"`, 'g')

/**
 * A message as people read it: what stands in double quotes has at most 200 characters, the whole at most 2,000; what was cut
 * ends with `...`. The text is well-formed, since half a surrogate pair has no UTF-8.
 */
export function clippedMessage(message: string): string {
  const quotes =
    message.length > longestQuote
      ? message.replaceAll(tooLongQuote, (quote) => `"${clipped(quote.slice(1, -1), longestQuote)}"`)
      : message
  return clipped(quotes, longestMessage)
}

/** The first characters of a text, followed by `...` where there are more. */
export function clipped(text: string, most = longestQuote): string {
  return text.length <= most
    ? text.toWellFormed()
    : `${text
        .slice(0, most)
        .replace(/[\ud800-\udbff]$/, '')
        .toWellFormed()}...`
}

/** `a, b, c`; of more than 20 items the first ones, and how many are left out: `a, b, ..., t and 580 more`. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, mostListed).map((item) => clipped(item))
  const more = items.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
