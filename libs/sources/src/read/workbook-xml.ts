import { SaxesParser } from 'saxes'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'

interface XmlEvents {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

export async function readXml(file: InputFile, events: XmlEvents): Promise<void> {
  for await (const _ of xmlChunks(file, events)) {
    // The events process everything.
  }
}

/** Parses an XML file of a workbook, with names without prefixes; yields after each chunk. */
export async function* xmlChunks(file: InputFile, events: XmlEvents): AsyncGenerator<void, void, undefined> {
  const parser = new SaxesParser({ xmlns: false })
  const decoder = new TextDecoder()
  let failure: Error | undefined
  let pending = 0
  parser.on('error', (error) => {
    failure ??= error
  })
  parser.on('opentag', ({ name, attributes }) => {
    pending = 0
    events.open?.(local(name), locals(attributes as Record<string, string>))
  })
  parser.on('text', (text) => events.text?.(text))
  parser.on('closetag', ({ name }) => {
    pending = 0
    events.close?.(local(name))
  })
  const check = () => {
    if (pending > 16 * 2 ** 20) failure ??= new Error('an element without end')
    if (failure === undefined) return
    throw new UnreadableFile(file.name, 0, `is damaged (${failure.message}); save the workbook again`, {
      cause: failure,
    })
  }
  for await (const chunk of file.open()) {
    pending += chunk.length
    parser.write(decoder.decode(chunk, { stream: true }))
    check()
    yield
  }
  parser.close()
  check()
  yield
}

function local(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

function locals(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const own: Record<string, string> = {}
  for (const name in attributes) own[local(name)] = attributes[name] ?? ''
  return own
}
