import { Link, Outlet } from '@tanstack/react-router'
import { Banners } from './banners.tsx'
import { SignedIn } from './inside.tsx'
import { texts } from './texts.ts'
import { ToastRegion } from './toast.tsx'

/** Screens without navigation for a signed-in user, so that they have the whole page of a phone. */
export function Alone() {
  return (
    <SignedIn>
      <div className="alone">
        <a className="button skip" href="#main">
          {texts.toContent}
        </a>
        <div>
          <Banners />
        </div>
        <nav className="alone-top" aria-label={texts.screens}>
          <Link className="shell-brand" to="/">
            {texts.product}
          </Link>
        </nav>
        <main className="alone-main" id="main" tabIndex={-1}>
          <Outlet />
        </main>
        <ToastRegion />
      </div>
    </SignedIn>
  )
}
