export { createMailSender, type Mail, type MailSender } from './mail-sender.ts'
