import { Command } from 'commander'
import { readSettings } from '../settings.ts'
import { serve } from './serve.ts'

/** `assay start`: runs the platform until it is stopped. */
export function startCommand(print: (line: string) => void): Command {
  return new Command('start')
    .description('run the whole platform in the foreground')
    .option('--tls', 'speak TLS by a certificate that is made here, unless ASSAY_TLS_CERT names one')
    .action((options: { tls?: boolean }) => serve({ ...readSettings(), localTls: options.tls ?? false }, print))
}
