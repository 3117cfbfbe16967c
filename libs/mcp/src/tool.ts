import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import type { z } from 'zod'
import type { Previews } from './previews.ts'
import type { Refusal } from './refusal.ts'

/**
 * Makes a call of the public API for the user of the tool.
 * @throws ConnectError if the call is refused
 */
export type Calls = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
) => Promise<MessageShape<O>>

/** What a tool needs. */
export interface Asking {
  readonly calls: Calls
  readonly previews: Previews
}

/** The state of a tool's work. */
export interface Work {
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Undefined while the work continues. */
  readonly end?:
    | { readonly result: Readonly<Record<string, unknown>> }
    | { readonly refusal: Refusal }
    /** Somebody cancelled it; the reason as text. */
    | { readonly cancelled: string }
}

/**
 * Work that may take longer than a call. Clients that support tasks get a task; all others get an id with which they call
 * again.
 */
interface LongWork<Given> {
  /** @returns the id of the work, which later calls send; it has 1 to 200 letters, digits, `_` and `-` */
  begin(given: Given, asking: Asking): Promise<string>
  look(id: string, given: Given | undefined, asking: Asking): Promise<Work>
  /** Requests its end, which may come later or not at all. */
  cancel(id: string, asking: Asking): Promise<void>
  /** The id of the work that the caller continues; undefined for new work. */
  idIn(given: Given): string | undefined
  /** The answer to a client that has to call again. */
  pending(id: string): Readonly<Record<string, unknown>>
}

/** One tool that an agent can use. Its texts are the same for every tenant and contain no data. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  /** All calls that it makes. A caller who may not make one of them does not have the tool. */
  readonly needs: readonly DescMethodUnary[]
  /** Whether it changes something. It then shows a preview first, and needs the right to decide by tools. */
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

/** Defines a tool with the types of its arguments and its answer. `run` gets arguments that `input` has checked. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(tool: ToolOf<Input, Output>): Tool {
  return { changes: false, ...(tool as unknown as Omit<Tool, 'changes'>) }
}
