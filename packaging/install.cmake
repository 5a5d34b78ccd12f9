# What `cmake --install` puts where; the binary looks for its module in ../lib/tidemark.
install(TARGETS tidemark RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET tidemark_ffmpeg)
  install(TARGETS tidemark_ffmpeg LIBRARY DESTINATION lib/tidemark)
endif()
install(FILES packaging/tidemark.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES packaging/completions/tidemark.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME tidemark)
# Debian's zsh looks in the first below /usr/local and in the second below /usr.
foreach(folder site-functions vendor-completions)
  install(FILES packaging/completions/_tidemark DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${folder})
endforeach()
install(FILES packaging/completions/tidemark.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES docs/report.schema.json share/sample_432.flac
  DESTINATION ${CMAKE_INSTALL_DATADIR}/tidemark)
install(FILES LICENSE NOTICE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
