import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import type { z } from 'zod'
import type { Previews } from './previews.ts'
import type { Refusal } from './refusal.ts'

/** Makes a call of the public API in the name of whoever uses the tool. @throws ConnectError as the call is refused */
export type Calls = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
) => Promise<MessageShape<O>>

/** What a tool works with. */
export interface Asking {
  readonly calls: Calls
  readonly previews: Previews
}

/** How far the work of a tool is. */
export interface Work {
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Undefined while it goes on. */
  readonly end?:
    | { readonly result: Readonly<Record<string, unknown>> }
    | { readonly refusal: Refusal }
    /** Somebody ended it; why, in words. */
    | { readonly cancelled: string }
}

/** Work that outlasts a call: a task for clients that know tasks, and an id to come back with for all others. */
interface LongWork<Given> {
  /** @returns the id of the work, asked about by later calls; it has 1 to 200 letters, digits, `_` and `-` */
  begin(given: Given, asking: Asking): Promise<string>
  look(id: string, given: Given | undefined, asking: Asking): Promise<Work>
  /** Asks for its end, which may come later or not at all. */
  cancel(id: string, asking: Asking): Promise<void>
  /** The work that the caller comes back to; undefined for one that is to begin. */
  idIn(given: Given): string | undefined
  /** The answer to a client that has to come back. */
  pending(id: string): Readonly<Record<string, unknown>>
}

/** One tool that an agent can use. Its texts are the same for every tenant: nothing of the data stands in them. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  /** All calls that it makes. A caller who may not make one of them does not have the tool. */
  readonly needs: readonly DescMethodUnary[]
  /** It changes something: it shows first what, and needs the right to decide by tools. */
  readonly changes: boolean
  readonly input: z.ZodObject
  readonly output: z.ZodObject
  run?(given: unknown, asking: Asking): Promise<Readonly<Record<string, unknown>>>
  readonly work?: LongWork<unknown>
}

interface ToolOf<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly needs: readonly DescMethodUnary[]
  readonly changes?: true
  readonly input: Input
  readonly output: Output
  run?(given: z.output<Input>, asking: Asking): Promise<z.input<Output>>
  readonly work?: LongWork<z.output<Input>>
}

/** A tool with the types of its arguments and its answer; `run` gets what `input` has checked. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(tool: ToolOf<Input, Output>): Tool {
  return { changes: false, ...(tool as unknown as Omit<Tool, 'changes'>) }
}
