import { runningProcesses } from '../../platform/processes.ts'

/** Measures the memory of processes again and again, and stores the maximum. */
export class MemoryWatch {
  readonly #commands: readonly string[]
  readonly #peaks = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  /** @param commands parts of the command lines of processes that this process has started, directly or through others */
  constructor(commands: readonly string[]) {
    this.#commands = commands
    this.#timer = setInterval(() => this.#look(), 250)
  }

  async #look(): Promise<void> {
    for (const { parent, command, residentBytes } of await runningProcesses()) {
      const name = parent === process.pid ? this.#commands.find((part) => command.includes(part)) : undefined
      if (name !== undefined) this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, residentBytes))
    }
  }

  async stop(): Promise<(command: string) => number> {
    clearInterval(this.#timer)
    await this.#look()
    return (command) => (this.#peaks.get(command) ?? Number.NaN) / 2 ** 20
  }
}
