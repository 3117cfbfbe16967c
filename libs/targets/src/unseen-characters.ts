/**
 * Characters that nobody sees, or that turn the text around them: a reader of a file would take it for another one. Lone halves of
 * pairs are among them, which no encoding has.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Writes each of them as `written` says, by its code point. */
export function withoutUnseen(text: string, written: (codePoint: number) => string): string {
  return text.replaceAll(unseen, (character) => written(character.codePointAt(0) ?? 0))
}
