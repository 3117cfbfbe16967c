import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const version = '2.1.72'
/** Made once for each run, among its temporary files. */
const environment = join(tmpdir(), `assay-sailpoint-python-${version}`)
const python = join(environment, 'bin', 'python')
const longestInstallMs = 180_000

/**
 * Runs `python/read_neighbours.py` with the client as users install it, and returns its output. Undefined, with a line that says
 * why, when there is no Python or no registry.
 */
export async function runPythonClient(settings: Readonly<Record<string, string>>): Promise<unknown> {
  const missing = await install()
  if (missing !== undefined) {
    console.info(`sailpoint ${version} of PyPI was not run: ${missing}`)
    return undefined
  }
  const script = join(import.meta.dirname, 'python', 'read_neighbours.py')
  const { stdout } = await run(python, [script], { env: { ...process.env, ...settings }, timeout: 300_000 })
  return JSON.parse(stdout)
}

/** The reason why it cannot be installed; undefined when it is installed. */
async function install(): Promise<string | undefined> {
  // Written last, so that an incomplete installation is repeated.
  const done = join(environment, 'installed')
  if (
    await access(done).then(
      () => true,
      () => false,
    )
  )
    return undefined
  const options = { timeout: longestInstallMs }
  try {
    await run('python3', ['-m', 'venv', '--clear', environment], options)
    // Python compiles only the imported modules, a part of several thousand.
    const quickly = ['--quiet', '--no-compile', '--disable-pip-version-check']
    await run(python, ['-m', 'pip', 'install', ...quickly, `sailpoint==${version}`], options)
    await run(python, ['-c', `import sailpoint; open(${JSON.stringify(done)}, 'w').close()`], options)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error)
  }
}
