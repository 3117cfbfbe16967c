/** Whether JSON has comments, as in files that people write. */
export function hasComments(text: string): boolean {
  for (const piece of text.split(/("(?:[^"\\]|\\.)*(?:"|$))/s))
    if (!piece.startsWith('"') && /\/[/*]/.test(piece)) return true
  return false
}

/** Removes `//` and block comments from JSON, piece by piece; the number of lines stays the same. */
export async function* withoutComments(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let state: 'outside' | 'text' | 'escape' | 'slash' | 'line' | 'block' | 'star' = 'outside'
  for await (const text of texts) {
    let out = ''
    for (const character of text) {
      switch (state) {
        case 'escape':
          state = 'text'
          out += character
          break
        case 'text':
          if (character === '"') state = 'outside'
          else if (character === '\\') state = 'escape'
          out += character
          break
        case 'slash':
          state = character === '/' ? 'line' : character === '*' ? 'block' : 'outside'
          if (state === 'outside') out += `/${character}`
          break
        case 'line':
          if (character !== '\n') break
          state = 'outside'
          out += character
          break
        case 'block':
        case 'star':
          if (character === '\n') out += character
          state = character === '*' ? 'star' : state === 'star' && character === '/' ? 'outside' : 'block'
          break
        default:
          if (character === '/') state = 'slash'
          else {
            if (character === '"') state = 'text'
            out += character
          }
      }
    }
    yield out
  }
}
