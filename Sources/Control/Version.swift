/// The version of hotreload.
package let hotreloadVersion = "0.1.0"
