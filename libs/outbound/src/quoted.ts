/** Controls that a terminal obeys, and signs that turn the direction of a line. */
const unprintable = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** What another server said, for a message: in quotes, cut after 200 characters, and without signs that a terminal obeys. */
export function quoted(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200)}...` : text
  return JSON.stringify(short.toWellFormed()).replace(
    unprintable,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
