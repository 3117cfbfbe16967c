/** Characters that change the direction of all text after them, until a closing character, which a name may lack. */
const directions = /[\u202a-\u202e\u2066-\u2069]/g

/** A sentence in its reading order: without the characters by which a name in it would turn around the words after the name. */
export function inReadingOrder(sentence: string): string {
  return sentence.replaceAll(directions, '')
}
