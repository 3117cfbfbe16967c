import { type Setting, text } from './config.ts'

/** The mail server and the sender; without a server, no mails are sent. */
export const mailSettings = {
  smtpUrl: smtpUrl('ASSAY_SMTP_URL'),
  smtpFrom: text('ASSAY_SMTP_FROM', { default: 'Assay <assay@localhost>' }),
}

function smtpUrl(variable: string): Setting<string | undefined> {
  return {
    variable,
    takes: 'a URL such as smtp://user:password@mail.example.com:587',
    isSecret: true,
    parse(given) {
      if (given === undefined) return undefined
      if (URL.canParse(given) && /^smtps?:$/.test(new URL(given).protocol)) return given
      // The message does not repeat the value, which may contain a password.
      throw new Error('is not a URL of a mail server: give one such as smtp://user:password@mail.example.com:587')
    },
  }
}
