import { invalidArgument } from '@assay/errors'

/** @throws invalid_argument for a text with more characters (code points, as the description of the API counts them) */
export function requireShort(field: string, text: string, most: number): void {
  // Counting code points takes a while, and most texts are much shorter.
  if (text.length > most && [...text].length > most) throw invalidArgument(field, `has more than ${most} characters`)
}
