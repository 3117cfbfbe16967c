import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'

// Loaded before a process (`--import`): at its end the process prints to standard output which packages of OpenTelemetry it has loaded.

const packages = new Set<string>()

registerHooks({
  load(url, context, next) {
    const [name] = /@opentelemetry\/[\w-]+/.exec(url) ?? []
    if (name !== undefined) packages.add(name)
    return next(url, context)
  },
})
process.on('exit', () => writeSync(1, JSON.stringify([...packages].sort())))
