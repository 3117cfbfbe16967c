/** Control characters that terminals execute, and characters that change the direction of text. */
const unprintable = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A text of another server for a message: quoted, cut after 200 characters, with control characters escaped. */
export function quoted(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200)}...` : text
  return JSON.stringify(short.toWellFormed()).replace(
    unprintable,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
