/** Characters that change the direction of all text after them, until a closing character, which a name may lack. */
const directions = /[\u202a-\u202e\u2066-\u2069]/g

/** A text without the characters by which a name in it would turn around the words after the name. */
export function inOneDirection(text: string): string {
  return text.replaceAll(directions, '')
}
