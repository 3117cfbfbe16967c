import { invalidArgument } from '@assay/errors'

const longestAddress = 4_096
/** In bytes: a unique index holds the path beside the name, and an entry of an index has 2,704 at most. */
const longestScreen = 1_024

/** The path and the query of a screen, without the prefix of the platform. */
export interface ScreenAddress {
  readonly address: string
  /** The path alone. */
  readonly screen: string
}

/**
 * Reads an address of a screen. Whoever follows it stays on this platform: `//host` and `/\host` lead away.
 * @throws invalid_argument for what is no such address
 */
export function screenAddress(text: string): ScreenAddress {
  if (text.length > longestAddress) throw invalidArgument('address', `must have at most ${longestAddress} characters`)
  if (!/^\/(?![/\\])[^\s\\#]*$/u.test(text))
    throw invalidArgument('address', 'must be the path of a screen with its query, such as "/candidates?order=gains"')
  const [screen = ''] = text.split('?')
  if (Buffer.byteLength(screen) > longestScreen)
    throw invalidArgument('address', `must have at most ${longestScreen} bytes before its query`)
  return { address: text, screen }
}
