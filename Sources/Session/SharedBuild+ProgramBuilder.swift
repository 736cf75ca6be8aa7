package import Building
package import Reloader
package import Serving

extension SharedBuild.Part: ProgramBuilder {
  package func program(of artifact: Artifact) -> Program { target.program(of: artifact) }
}
