import type { Command } from 'commander'

type Print = (line: string) => void
type MakeCommand = (print: Print) => Promise<Command>

/**
 * All commands by name, in the order of the help. A command has its own module, which is loaded only when somebody runs the
 * command: loading all modules took most of the time of a short command.
 */
export const commandTable: ReadonlyMap<string, MakeCommand> = new Map<string, MakeCommand>([
  ['start', async (print) => (await import('./commands/start.ts')).startCommand(print)],
  ['demo', async (print) => (await import('./commands/demo.ts')).demoCommand(print)],
  ['import', async (print) => (await import('./commands/import-command.ts')).importCommand(print)],
  ['readiness', async (print) => (await import('./commands/readiness.ts')).readinessCommand(print)],
  ['sources', async (print) => (await import('./commands/sources.ts')).sourcesCommand(print)],
  ['change', async (print) => (await import('./commands/change.ts')).changeCommand(print)],
  ['pull', async (print) => (await import('./commands/pull.ts')).pullCommand(print)],
  ['orphans', async (print) => (await import('./commands/orphans.ts')).orphansCommand(print)],
  ['correlate', async (print) => (await import('./commands/correlate.ts')).correlateCommand(print)],
  ['work', async (print) => (await import('./commands/work.ts')).workCommand(print)],
  ['mine', async (print) => (await import('./commands/mine.ts')).mineCommand(print)],
  ['models', async (print) => (await import('./commands/models.ts')).modelsCommand(print)],
  ['sessions', async (print) => (await import('./commands/sessions.ts')).sessionsCommand(print)],
  ['suggestions', async (print) => (await import('./commands/suggestions.ts')).suggestionsCommand(print)],
  ['access', async (print) => (await import('./commands/access.ts')).accessCommand(print)],
  ['ledger', async (print) => (await import('./commands/ledger.ts')).ledgerCommand(print)],
  ['policies', async (print) => (await import('./commands/policies.ts')).policiesCommand(print)],
  ['impact', async (print) => (await import('./commands/impact.ts')).impactCommand(print)],
  ['accept', async (print) => (await import('./commands/decide.ts')).acceptCommand(print)],
  ['dismiss', async (print) => (await import('./commands/decide.ts')).dismissCommand(print)],
  ['undo', async (print) => (await import('./commands/decide.ts')).undoCommand(print)],
  ['compare', async (print) => (await import('./commands/drafts.ts')).compareCommand(print)],
  ['draft', async (print) => (await import('./commands/drafts.ts')).draftCommand(print)],
  ['review', async (print) => (await import('./commands/reviews.ts')).reviewCommand(print)],
  ['publish', async (print) => (await import('./commands/publish.ts')).publishCommand(print)],
  ['webhooks', async (print) => (await import('./commands/webhooks.ts')).webhooksCommand(print)],
  ['drift', async (print) => (await import('./commands/drift.ts')).driftCommand(print)],
  ['recommend', async (print) => (await import('./commands/recommend.ts')).recommendCommand(print)],
  ['holders', async (print) => (await import('./commands/holders.ts')).holdersCommand(print)],
  ['settings', async (print) => (await import('./commands/settings-command.ts')).settingsCommand(print)],
  ['why', async (print) => (await import('./commands/why.ts')).whyCommand(print)],
  ['attributes', async (print) => (await import('./commands/coverage.ts')).attributesCommand(print)],
  ['diff', async (print) => (await import('./commands/changes.ts')).diffCommand(print)],
  ['health', async (print) => (await import('./commands/changes.ts')).healthCommand(print)],
  ['residual', async () => (await import('./commands/coverage.ts')).residualCommand(write)],
  ['mcp', async () => (await import('./commands/mcp.ts')).mcpCommand()],
  ['token', async (print) => (await import('./commands/token.ts')).tokenCommand(print)],
  ['config', async (print) => (await import('./commands/config-command.ts')).configCommand(print)],
  ['backup', async (print) => (await import('./commands/backup.ts')).backupCommand(print)],
  ['restore', async (print) => (await import('./commands/restore.ts')).restoreCommand(print)],
  ['doctor', async (print) => (await import('./commands/doctor.ts')).doctorCommand(print)],
  ['connections', async (print) => (await import('./commands/connections.ts')).connectionsCommand(print)],
  ['migrate', async (print) => (await import('./commands/migrate.ts')).migrateCommand(print)],
  ['sign-in', async (print) => (await import('./commands/sign-in.ts')).signInCommand(print)],
  ['tenants', async (print) => (await import('./commands/tenants.ts')).tenantsCommand(print)],
  ['clients', async (print) => (await import('./commands/clients.ts')).clientsCommand(print)],
  ['discovery', async (print) => (await import('./commands/discovery.ts')).discoveryCommand(print)],
  ['schedule', async (print) => (await import('./commands/schedule.ts')).scheduleCommand(print)],
  ['issuers', async (print) => (await import('./commands/issuers.ts')).issuersCommand(print)],
  ['people', async (print) => (await import('./commands/people.ts')).peopleCommand(print)],
  ['export', async (print) => (await import('./commands/export.ts')).exportCommand(print)],
  ['keys', async (print) => (await import('./commands/keys.ts')).keysCommand(print)],
  ['logins', async (print) => (await import('./commands/logins.ts')).loginsCommand(print)],
])

function write(text: string): void {
  process.stdout.write(text)
}
