import { type NodeRequest, piecesOf } from '@assay/server'

/** Arguments are ids and conditions, so no valid message is longer. */
const mostBytes = 256 * 1024
/** No tool takes deeper values, and recursive functions must not overflow the stack. */
const mostDepth = 32

/** An invalid body, with the answer to it. */
export class UnfitBody extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The one JSON message of a request. @throws UnfitBody */
export async function readMessage(request: NodeRequest): Promise<unknown> {
  const text = await readText(request)
  if (depthOf(text) > mostDepth)
    throw new UnfitBody(400, -32600, `The message is nested deeper than ${mostDepth} levels`)
  const message = parsed(text)
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw new UnfitBody(400, -32600, 'Send one message in each request: a JSON object, and no list of them')
  return message
}

async function readText(request: NodeRequest): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of piecesOf(request)) {
    bytes += piece.length
    if (bytes > mostBytes) throw new UnfitBody(413, -32600, `The message is longer than ${mostBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnfitBody(400, -32700, 'The body is not JSON')
  }
}

/** The depth of nested lists and objects in a JSON text. */
function depthOf(text: string): number {
  let [depth, deepest, isInText] = [0, 0, false]
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isInText) {
      if (character === '\\') at++
      else if (character === '"') isInText = false
    } else if (character === '"') isInText = true
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}
