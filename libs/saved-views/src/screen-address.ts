import { invalidArgument } from '@assay/errors'

const longestAddress = 4_096
/** In bytes. A unique index has the path and the name, and an index entry has 2,704 bytes at most. */
const longestScreen = 1_024

/** The path and the query of a screen, without the path prefix of the platform. */
export interface ScreenAddress {
  readonly address: string
  /** The path only. */
  readonly screen: string
}

/**
 * Reads the address of a screen. The address must not lead away from this platform, as `//host` and `/\host` do.
 * @throws invalid_argument for an invalid address
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
