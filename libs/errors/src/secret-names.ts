import { joined, wordsOf } from './name-words.ts'

/** The names of passwords, in the languages of the known headers. */
const passwords = [
  ...[
    'password',
    'passwd',
    'passwrd',
    'pwd',
    'pswd',
    'passphrase',
    'passcode',
    'pass word',
    'pass phrase',
    'pass code',
  ],
  ...['passwort', 'passwörter', 'kennwort', 'kennwörter', 'losungswort', 'mot de passe', 'mots de passe'],
  ...['contraseña', 'contrasenya', 'clave de acceso', 'clave secreta', 'palavra passe', 'palabra de paso'],
  ...['wachtwoord', 'lösenord', 'passord', 'adgangskode', 'salasana', 'jelszó', 'lozinka', 'zaporka', 'heslo'],
  ...[
    'пароль',
    'пароли',
    '密码',
    '密碼',
    '口令',
    'パスワード',
    '暗証番号',
    '비밀번호',
    '암호',
    'סיסמה',
    'كلمة المرور',
    'κωδικός πρόσβασης',
  ],
]
/** Short words that count only as the last word of a name. */
const shortPasswords = ['senha', 'clave', 'hasło', 'geslo', 'şifre', 'parola', 'mdp', 'jwt', 'secreto']
const otherSecrets = [
  ...[
    'secret',
    'token',
    'security answer',
    'secret answer',
    'question answer',
    'backup codes',
    'recovery codes',
    'scratch codes',
    'krb principal key',
  ],
  ...['supplemental credentials', 'login credentials', 'user credentials'],
]
/** The first words of names such as `api_key` and `private key`; a public key, a license key or a primary key is no secret. */
const keyKinds = ['api', 'access', 'private', 'secret', 'encryption', 'signing', 'master', 'shared', 'recovery', 'root']
const codeKinds = ['otp', 'totp', 'hotp', 'mfa', '2fa', 'tfa']
/** Words before `pin` that make it a secret; a `pin code` without them may belong to a post office. */
const pinKinds = new Set(['voicemail', 'badge', 'card', 'login', 'user', 'access', 'phone', 'security', 'door', 'sim'])
/**
 * Words about the form of a secret, or about the copy. No word consists of other words of the list, because a name must be readable in only
 * one way: with two ways for each word, matching would take forever.
 */
const forms = [
  ...['hashes', 'hashed', 'hash', 'salt', 'digest', 'encrypted', 'encoded', 'plain', 'clear', 'klar', 'text'],
  ...[
    'value',
    'raw',
    'string',
    'md5',
    'sha',
    'bcrypt',
    'scrypt',
    'argon2(?:id?|d)?',
    'pbkdf2',
    'base64',
    'ntlm',
    'history',
  ],
  ...[
    'confirmation',
    'confirm',
    'again',
    'repeat',
    'hint',
    'temporary',
    'temp',
    'initial',
    'default',
    'new',
    'old',
    '\\d',
  ],
]
/** Words that show that a name is about a secret and does not contain one. */
const tellers = new Set([
  ...[
    'is',
    'has',
    'have',
    'no',
    'not',
    'needs',
    'need',
    'requires',
    'require',
    'required',
    'allows',
    'allow',
    'allowed',
  ],
  ...['use', 'uses', 'using', 'must', 'can', 'cannot', 'could', 'may', 'should', 'force', 'forces', 'forced', 'change'],
  ...['changes', 'changed', 'without', 'hardware', 'top', 'trade'],
])

const noun = anyOf(passwords.map(joined))
const secretEnd = new RegExp(
  `(?:${anyOf([...passwords, ...otherSecrets].map(joined))}|${anyOf(keyKinds)}key|${anyOf(codeKinds)}(?:seed|key|code))s?(?:${anyOf(forms)})*$`,
  'u',
)
const shortEnds = new Set(shortPasswords.map(joined))
const wholeNames = /^(?:(?:user|login|account|admin|root|db|database|ftp|smtp)?pass|hash|salt)$/
/** The same as `tellers`, for names whose words have no separators. */
const tellingStart = new RegExp(
  `^(?:is|has|no|needs?|requires?|allows?|uses?|without)(?=${noun}|secret|token|apikey)|^(?:user)?(?:must|can|cannot|force)(?:change|reset|set)|^change(?=${noun})`,
  'u',
)

/**
 * Whether a column or a member with this name contains a secret of a person: a password, a token, a private key. Names that are only about
 * a secret do not count: `password_last_set`, `pwdLastSet`, `mustChangePassword`, `tokenGroups`. Secrets are neither stored nor shown.
 */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name)
  if (words.some((word) => tellers.has(word))) return false
  const whole = words.join('')
  if (tellingStart.test(whole)) return false
  const last = words.at(-1) ?? ''
  // Spanish and Portuguese for a keyword.
  if (/^(?:palabras?claves?|palavraschaves?|palavrachave)$/u.test(words.slice(-2).join(''))) return false
  if (last === 'pin' && words.some((word) => pinKinds.has(word))) return true
  return secretEnd.test(whole) || shortEnds.has(last) || wholeNames.test(joined(name.slice(name.lastIndexOf('.') + 1)))
}

/**
 * The report on a column that was left out because of its name.
 * @param column the name as messages show it, in quotes
 */
export function leftOutSecret(column: string): string {
  return `the column ${column} is left out, since it has the name of a secret and everybody who reads people would see it; rename it if it holds none`
}

function anyOf(words: readonly string[]): string {
  return `(?:${words.join('|')})`
}
