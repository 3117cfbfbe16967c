import { invalidArgument, unavailable } from '@assay/errors'
import { createTransport } from 'nodemailer'

/** A mail in plain text. */
export interface Mail {
  /** The same for every attempt to send it, so that a mail server may notice a second one. */
  readonly messageId: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Hands mails to a server. */
export interface MailSender {
  /** @throws unavailable for what may pass, invalid_argument for a mail that the server will never take */
  send(mail: Mail): Promise<void>
  close(): void
}

/** @param url where and as whom: `smtp://user:password@mail.example.com:587` */
export function createMailSender(url: string, from: string): MailSender {
  const transport = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 })
  return {
    async send({ messageId, to, subject, text }) {
      try {
        await transport.sendMail({ messageId, from, to, subject, text })
      } catch (error) {
        // RFC 5321, section 4.2.1: 5yz is a refusal that a repetition would meet again.
        const { responseCode, code } = error as { responseCode?: unknown; code?: unknown }
        if (typeof responseCode === 'number' && responseCode >= 500) {
          throw invalidArgument('mail', `the mail server refuses it with ${responseCode}`, { cause: error })
        }
        // No server was asked: what stands there is no address, and stays none.
        if (typeof responseCode !== 'number' && code === 'EENVELOPE') {
          throw invalidArgument('mail', 'the recipient has no proper mail address', { cause: error })
        }
        throw unavailable('The mail server does not take mails at the moment', { cause: error })
      }
    },
    close: () => transport.close(),
  }
}
