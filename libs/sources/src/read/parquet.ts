import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { pathOf } from '../bytes/spool.ts'
import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'
import { type Row, TableRow } from '../row.ts'
import type { ParquetAnswer, ParquetBirth, ParquetRequest } from './parquet-thread.ts'
import type { RowReading } from './part.ts'

/** A Parquet file on disk. */
export interface ParquetFile {
  readonly name: string
  readonly birth: ParquetBirth
  readonly columns: readonly string[]
  /** Rows of each row group. */
  readonly rowCounts: readonly number[]
}

export const parquetMagic = 'PAR1'

/** The number of rows that are decoded at once: a row group may have millions. */
const rowsInSlice = 10_000
const mostColumns = 10_000
/**
 * The limit of processor time, independent of other load: a slice that takes longer is in an endless loop because of a damaged
 * file.
 */
const longestWorkSeconds = 15
const checkedEveryMs = 500
/** For values in JavaScript's memory; compressed bytes are stored beside it. */
const threadMegabytes = 1024

/** Reads the metadata of the file. @throws UnreadableFile */
export async function openParquet(file: InputFile, options: ReadingOptions): Promise<ParquetFile> {
  const path = await pathOf(file, options)
  const birth = { path, longestPiece: limitsOf(options).parquetPieceBytes }
  const thread = new Decoder(file.name, birth)
  try {
    const { columns, rowCounts } = await thread.opened()
    if (columns.length > mostColumns)
      throw new UnreadableFile(
        file.name,
        0,
        `has ${columns.length} columns, and at most ${mostColumns} are read; write fewer`,
      )
    return { name: file.name, birth, columns, rowCounts }
  } finally {
    await thread.end()
  }
}

export async function* parquetRows(
  { name, birth, columns, rowCounts }: ParquetFile,
  { synonyms }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(name, 0, columns, synonyms)
  const thread = new Decoder(name, birth)
  try {
    await thread.opened()
    let number = 0
    for (const count of rowCounts) {
      for (let from = number; from < number + count; from += rowsInSlice) {
        const rows = await thread.rows({ start: from, end: Math.min(from + rowsInSlice, number + count) })
        yield rows.map((cells, index) => new TableRow(name, from + index + 1, header, cells))
      }
      number += count
    }
  } finally {
    await thread.end()
  }
}

/** The thread that decodes one file; it handles one request at a time. */
class Decoder {
  readonly #name: string
  readonly #thread: Worker
  #failure: Error | undefined

  constructor(name: string, birth: ParquetBirth) {
    this.#name = name
    this.#thread = new Worker(new URL('./parquet-thread.ts', import.meta.url), {
      workerData: birth,
      resourceLimits: { maxOldGenerationSizeMb: threadMegabytes },
    })
    this.#thread.on('error', (error) => {
      this.#failure ??= error
    })
  }

  async opened(): Promise<ParquetAnswer & { kind: 'opened' }> {
    const answer = await this.#answer(0)
    if (answer.kind === 'opened') return answer
    throw this.#damaged(0, answer.kind)
  }

  async rows(request: ParquetRequest): Promise<(ParquetAnswer & { kind: 'rows' })['rows']> {
    this.#thread.postMessage(request)
    const answer = await this.#answer(request.start)
    if (answer.kind === 'rows') return answer.rows
    throw this.#damaged(request.start, answer.kind)
  }

  async end(): Promise<void> {
    await this.#thread.terminate()
  }

  async #answer(at: number): Promise<ParquetAnswer> {
    const work = new AbortController()
    const watch = this.#watch(work)
    try {
      if (this.#failure !== undefined) throw this.#failure
      const [answer] = (await once(this.#thread, 'message', { signal: work.signal })) as [ParquetAnswer]
      if (answer.kind === 'failed') throw this.#damaged(at, answer.reason)
      return answer
    } catch (error) {
      if (error instanceof UnreadableFile) throw error
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if (code === 'ERR_WORKER_OUT_OF_MEMORY') throw this.#damaged(at, 'its rows take too much memory', error)
      if (work.signal.aborted) throw this.#damaged(at, `its rows take more than ${longestWorkSeconds} s of work`, error)
      // The file is the cause of every end of the thread, since the thread does nothing else.
      throw this.#damaged(at, error instanceof Error ? error.message : String(error), error)
    } finally {
      clearInterval(watch)
    }
  }

  #watch(work: AbortController): NodeJS.Timeout {
    let before: number | undefined
    return setInterval(async () => {
      // A thread that has just ended reports it by its own event.
      const used = await this.#thread.cpuUsage().catch(() => undefined)
      if (used === undefined) return
      const seconds = (used.user + used.system) / 1e6
      before ??= seconds
      if (seconds - before > longestWorkSeconds) work.abort()
    }, checkedEveryMs)
  }

  #damaged(at: number, reason: string, cause?: unknown): UnreadableFile {
    const words = `cannot be read as Parquet (${reason}); write it again, with smaller row groups, or as CSV`
    return new UnreadableFile(this.#name, at, words, { cause })
  }
}
