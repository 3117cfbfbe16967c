import { type Setting, text } from './config.ts'

/** Where mails go out, and from whom; without a server none do. */
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
      // Not repeated: it may hold a password.
      throw new Error('is not a URL of a mail server: give one such as smtp://user:password@mail.example.com:587')
    },
  }
}
