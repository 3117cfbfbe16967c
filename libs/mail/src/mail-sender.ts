import { invalidArgument, unavailable } from '@assay/errors'
import { createTransport } from 'nodemailer'

/** A mail in plain text. */
export interface Mail {
  /** The same for every attempt to send the mail, so that a mail server can recognise a repetition. */
  readonly messageId: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Sends mails through a mail server. */
export interface MailSender {
  /** @throws unavailable for a temporary fault, invalid_argument for a mail that the server will never accept */
  send(mail: Mail): Promise<void>
  close(): void
}

/** @param url the server and the account: `smtp://user:password@mail.example.com:587` */
export function createMailSender(url: string, from: string): MailSender {
  const transport = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 })
  return {
    async send({ messageId, to, subject, text }) {
      try {
        await transport.sendMail({ messageId, from, to, subject, text })
      } catch (error) {
        // RFC 5321, section 4.2.1: a code 5yz is a permanent refusal.
        const { responseCode, code } = error as { responseCode?: unknown; code?: unknown }
        if (typeof responseCode === 'number' && responseCode >= 500) {
          throw invalidArgument('mail', `the mail server refuses it with ${responseCode}`, { cause: error })
        }
        // No request was sent, since the text is not a mail address; repeating does not help.
        if (typeof responseCode !== 'number' && code === 'EENVELOPE') {
          throw invalidArgument('mail', 'the recipient has no proper mail address', { cause: error })
        }
        throw unavailable('The mail server does not take mails at the moment', { cause: error })
      }
    },
    close: () => transport.close(),
  }
}
