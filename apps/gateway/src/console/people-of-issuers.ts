import type { AsksIssuer, IssuerAnswer, IssuerOfSignIn, SealedTexts } from '@assay/auth'
import { secretName } from '@assay/auth'
import { type DomainError, unavailable } from '@assay/errors'
import { type IssuerSettings, OidcFault, type OidcIssuers, personOfClaims, type SignedIn } from '@assay/oidc'
import type { Logger } from '@assay/server'

/** The settings of an issuer for libs/oidc. @throws unavailable (KEY_ENCRYPTION_KEY_WRONG) */
export async function settingsOf(sealed: SealedTexts, issuer: IssuerOfSignIn): Promise<IssuerSettings> {
  const { id, clientId, clientSecret, scopes, groupsClaim, identityClaim } = issuer
  return {
    id,
    issuer: issuer.issuer,
    clientId,
    clientSecret: clientSecret && (await sealed.open(secretName(id), clientSecret)),
    scopes,
    claims: { groups: groupsClaim, identity: identityClaim },
  }
}

export function answerOf({ claims, refreshToken, idToken }: SignedIn, settings: IssuerSettings): IssuerAnswer {
  return { person: personOfClaims(claims, settings.claims), refreshToken, idToken }
}

/** Reads the claims of signed-in people from their issuers again. */
export function askIssuers(oidc: OidcIssuers, sealed: SealedTexts, logger: Logger): AsksIssuer {
  return {
    async reread(issuer, refreshToken, subject) {
      const settings = await settingsOf(sealed, issuer)
      try {
        return answerOf(await oidc.reread(settings, refreshToken, subject), settings)
      } catch (err) {
        if (!(err instanceof OidcFault)) throw err
        if (err.reason === 'REFUSED' || err.reason === 'FORGED' || err.reason === 'DENIED') return 'refused'
        logger.warn(
          { err, issuer: issuer.issuer, tenantId: issuer.tenantId },
          'an issuer does not say who is still there',
        )
        throw issuerAway(err)
      }
    },
  }
}

function issuerAway(cause: OidcFault): DomainError {
  return unavailable('The sign-in provider does not answer; try again shortly', { reason: 'ISSUER_AWAY', cause })
}
