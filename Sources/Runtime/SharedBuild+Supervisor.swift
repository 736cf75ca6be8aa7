internal import Building
package import Reloader

extension SharedBuild.Part: ProgramBuilder {
  package func program(of artifact: Artifact) -> Program { target.program(of: artifact) }
}
