/** Mints short-lived GitHub App installation tokens. */
export interface InstallationTokenProvider {
  /** A token for the installation, ready to be used as `GITHUB_TOKEN`. A rejection says why there is none. */
  token(installationId: number): Promise<string>;
}
