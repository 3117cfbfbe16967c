import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { connectToPlatform } from './api-client.ts'
import { accessCommand } from './commands/access.ts'
import { changeCommand } from './commands/change.ts'
import { diffCommand, healthCommand } from './commands/changes.ts'
import { clientsCommand } from './commands/clients.ts'
import { correlateCommand } from './commands/correlate.ts'
import { attributesCommand, residualCommand } from './commands/coverage.ts'
import { demo } from './commands/demo.ts'
import { discoveryCommand } from './commands/discovery.ts'
import { compareCommand, draftCommand } from './commands/drafts.ts'
import { driftCommand } from './commands/drift.ts'
import { exportCommand } from './commands/export.ts'
import { holdersCommand } from './commands/holders.ts'
import { impactCommand } from './commands/impact.ts'
import { importCommand } from './commands/import-command.ts'
import { keysCommand } from './commands/keys.ts'
import { ledgerCommand } from './commands/ledger.ts'
import { loginsCommand } from './commands/logins.ts'
import { migrateDatabase } from './commands/migrate.ts'
import { describeRun, mine, mineModel } from './commands/mine.ts'
import { orphansCommand } from './commands/orphans.ts'
import { peopleCommand } from './commands/people.ts'
import { policiesCommand } from './commands/policies.ts'
import { pullCommand } from './commands/pull.ts'
import { Refused } from './commands/read-sources.ts'
import { readinessCommand } from './commands/readiness.ts'
import { recommendCommand } from './commands/recommend.ts'
import { reviewCommand } from './commands/reviews.ts'
import { reviseModel } from './commands/revise-model.ts'
import { scheduleCommand } from './commands/schedule.ts'
import { serve } from './commands/serve.ts'
import { settingsCommand } from './commands/settings-command.ts'
import { signInCommand } from './commands/sign-in.ts'
import { sourcesCommand } from './commands/sources.ts'
import { describeSuggestion, suggestions } from './commands/suggestions.ts'
import { Interrupted } from './commands/temporary-folder.ts'
import { tenantsCommand } from './commands/tenants.ts'
import { whyCommand } from './commands/why.ts'
import { workCommand } from './commands/work.ts'
import { failureWords } from './failure-words.ts'
import { readSettings } from './settings.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)

// A reader that has seen enough, such as `head`, closes the pipe: the command still ends as it should.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const program = new Command('assay')
  .description('Assay: role mining on your own machine. Settings come from the environment, see the README.')
  .exitOverride()

program
  .command('start')
  .description('run the whole platform in the foreground')
  .option('--tls', 'speak TLS by a certificate that is made here, unless ASSAY_TLS_CERT names one')
  .action((options: { tls?: boolean }) => serve({ ...readSettings(), localTls: options.tls ?? false }, print))

program
  .command('demo')
  .description('start the platform, import a made-up organisation, analyse it and accept a role')
  .option('--exit', 'stop after printing instead of serving on')
  .action((options: { exit?: boolean }) =>
    serve(readSettings(), print, {
      once: async () => demo(await connectToPlatform(readSettings()), print),
      exit: options.exit ?? false,
    }),
  )

program.addCommand(importCommand(print))
program.addCommand(readinessCommand(print))
program.addCommand(sourcesCommand(print))
program.addCommand(changeCommand(print))
program.addCommand(pullCommand(print))
program.addCommand(orphansCommand(print))
program.addCommand(correlateCommand(print))
program.addCommand(workCommand(print))

program
  .command('mine')
  .description('analyse the whole organisation and wait for the end')
  .option('--model', 'mine a role model of the whole organisation instead')
  .option('--fronts', 'besides --model: say what fewer roles would cost in changes to the access')
  .option('--revise <id>', 'bring a role model to the access data in force, and say which roles changed and why')
  .option('--follow', 'besides --revise: do so after each load from now on')
  .option('--no-follow', 'besides --revise: not any more')
  .action(async (options: { model?: boolean; fronts?: boolean; revise?: string; follow?: boolean }) => {
    const api = await connectToPlatform(readSettings())
    if (options.revise !== undefined) return reviseModel(api, options.revise, options.follow, print)
    const lines = options.model ? await mineModel(api, print, options) : await describeRun(api, await mine(api))
    for (const line of lines) print(line)
  })

program
  .command('suggestions')
  .description('print the suggestions, best first')
  .option('--limit <count>', 'how many', wholeNumber, 20)
  .action(async (options: { limit: number }) => {
    let left = options.limit
    for await (const suggestion of suggestions(await connectToPlatform(readSettings()))) {
      if (left-- <= 0) break
      print(`${describeSuggestion(suggestion)}\n`)
    }
  })

program.addCommand(accessCommand(print))
program.addCommand(ledgerCommand(print))
program.addCommand(policiesCommand(print))
program.addCommand(impactCommand(print))
program.addCommand(compareCommand(print))
program.addCommand(draftCommand(print))
program.addCommand(reviewCommand(print))
program.addCommand(driftCommand(print))
program.addCommand(recommendCommand(print))
program.addCommand(holdersCommand(print))
program.addCommand(settingsCommand(print))
program.addCommand(whyCommand(print))
program.addCommand(attributesCommand(print))
program.addCommand(diffCommand(print))
program.addCommand(healthCommand(print))
program.addCommand(residualCommand((text) => void process.stdout.write(text)))

program
  .command('token')
  .description('print a fresh bearer token of the local administrator')
  .action(async () => print((await connectToPlatform(readSettings())).token))

program
  .command('migrate')
  .description('bring the database schema up to date')
  .action(() => migrateDatabase(readSettings(), print))

program.addCommand(signInCommand(print))
program.addCommand(tenantsCommand(print))
program.addCommand(clientsCommand(print))
program.addCommand(discoveryCommand(print))
program.addCommand(scheduleCommand(print))
program.addCommand(peopleCommand(print))
program.addCommand(exportCommand(print))
program.addCommand(keysCommand(print))
program.addCommand(loginsCommand(print))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode)
  process.stderr.write(`${await failureWords(error)}\n`)
  process.exit(error instanceof Refused || error instanceof Interrupted ? error.status : 1)
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}
