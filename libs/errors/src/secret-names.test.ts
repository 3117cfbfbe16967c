import { expect, test } from 'vitest'
import { isSecretName } from './secret-names.ts'

const secrets = [
  ...[
    'clave',
    'Clave',
    'Contraseña',
    'palavra-passe',
    'Palavra passe',
    'senha',
    'clave_usuario_clave',
    'clave de acceso',
  ],
  ...[
    'password',
    'Password',
    'PASSWORD',
    'passwords',
    'Password [Required]',
    'Password*',
    'Password (initial)',
    'pass',
    'Pass Word',
  ],
  ...[
    'passwd',
    'pwd',
    'userPassword',
    'user_password',
    'userpassword',
    'user_pass',
    'unicodePwd',
    'ms-Mcs-AdmPwd',
    'msLAPS-Password',
  ],
  ...[
    'passwordHash',
    'password_hash',
    'passwordhash',
    'PasswordSalt',
    'hashed_password',
    'encryptedPassword',
    'password_sha256',
    'ntPwdHistory',
  ],
  ...[
    'Initial Password',
    'temporary password',
    'Temp Password 2',
    'Confirm password',
    'old_password',
    'last_password',
    'hash',
    'salt',
  ],
  ...['sambaNTPassword', 'userPassword;binary', 'credentials.password', 'wp.user_pass', 'passphrase', 'enable_secret'],
  ...[
    'secret',
    'client_secret',
    'clientSecret',
    'mfa secret',
    'otpSecret',
    'totp_seed',
    'Recovery Codes',
    'shared-secret',
  ],
  ...[
    'api_key',
    'apiKey',
    'API Key',
    'APIKey',
    'apikeys',
    'private key',
    'privateKey',
    'secret_access_key',
    'Secret Access Key',
  ],
  ...[
    'token',
    'Access Token',
    'accessToken',
    'refresh_token',
    'reset_password_token',
    'api_token_hash',
    'security answer',
    'Voicemail PIN',
  ],
  ...[
    'Passwort',
    'Initialpasswort',
    'Kennwort',
    'Start-Kennwort',
    'Mot de passe',
    'mot_de_passe',
    'contraseña',
    'Contrasena',
    'senha',
  ],
  ...['Wachtwoord', 'hasło', 'Lösenord', 'Şifre', 'пароль', '密码', 'パスワード', '비밀번호', 'contrasen\u0303a'],
]

const others = [
  ...[
    'passwordLastSet',
    'pwdLastSet',
    'pwdlastset',
    'PwdLastSet',
    'passwordNeverExpires',
    'passwordneverexpires',
    'badPwdCount',
  ],
  ...[
    'tokenGroups',
    'secretary',
    'department_secretariat',
    'password policy',
    'Password Policy Name',
    'PasswordRequired',
    'PASSWD_NOTREQD',
  ],
  ...[
    'password_enabled',
    'password_last_used',
    'password_last_changed',
    'password_next_rotation',
    'mfa_active',
    'access_key_1_active',
  ],
  ...[
    'Change Password at Next Sign-In',
    'changePasswordAtNextLogin',
    'mustChangePassword',
    'mustchangepassword',
    'User cannot change password',
  ],
  ...[
    'CannotChangePassword',
    'hasPassword',
    'haspassword',
    'is_password_set',
    'no_password',
    'ms-Mcs-AdmPwdExpirationTime',
  ],
  ...[
    'Access key ID',
    'public key',
    'ssh_key',
    'license key',
    'primary_key',
    'account key',
    'msDS-ManagedPasswordId',
    'token type',
  ],
  ...[
    'Passport',
    'bypass',
    'compass',
    'Bus pass',
    'PIN code',
    'pin',
    'palabra clave',
    'Palabras clave',
    'palavra-chave',
    'palavras-chave',
    'Top Secret',
    'Trade secret',
    'Hardware Token',
    'credentials',
  ],
  ...[
    'Kennwortablauf',
    'Letzte Kennwortänderung',
    'Password Expiration Date',
    'two_factor_enabled',
    'department',
    'email',
    '',
    '[]',
    '()',
  ],
]

test.each(secrets)('%s holds a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
})

test.each([
  ...['1', 'sha1', 'plaintext', 'cleartext', 'argon21'].map((form) => `password${form.repeat(60)}x`),
  `${'('.repeat(200_000)}password policy`,
  `${';'.repeat(200_000)}\n`,
])('a long name is judged at once', (name) => {
  expect(isSecretName(name)).toBe(false)
})

test.each([
  'password_plaintext',
  'password_cleartext',
  'Kennwort Klartext',
  'password_argon2id',
  'token_sha512',
  'Secret Answer',
  'Security Question Answer 2',
])('%s holds a secret in another form', (name) => {
  expect(isSecretName(name)).toBe(true)
})

test.each(others)('%s holds none', (name) => {
  expect(isSecretName(name)).toBe(false)
})
